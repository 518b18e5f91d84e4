"""Accounts, sign-ins and access tokens: who is asking.

Knows users and tokens; knows nothing of what users own. Other features take its guards (`signed_in`, `admin`) and
`current_user`; the server takes the signing keys, `TokenAuthenticator` and `routes.auth_routes`.
"""

from tutorium.app.auth.access import admin, current_user, signed_in
from tutorium.app.auth.accounts import AccountPolicy, Accounts, SignedIn
from tutorium.app.auth.authenticator import TokenAuthenticator, bearer_token
from tutorium.app.auth.functions import UserView, crons, functions, user_view
from tutorium.app.auth.passwords import HashCost, Passwords
from tutorium.app.auth.rate_limits import AuthRates, Rate, RateLimit
from tutorium.app.auth.refresh_tokens import RefreshTerms
from tutorium.app.auth.signing_keys import SigningKeys, SigningKeysError, generate_signing_keys, open_signing_keys
from tutorium.app.auth.tables import Login, User
from tutorium.app.auth.tokens import AccessClaims, AccessTokens, TokenTerms

tables = [User, Login]

__all__ = [
    "AccessClaims",
    "AccessTokens",
    "AccountPolicy",
    "Accounts",
    "AuthRates",
    "HashCost",
    "Login",
    "Passwords",
    "Rate",
    "RateLimit",
    "RefreshTerms",
    "SignedIn",
    "SigningKeys",
    "SigningKeysError",
    "TokenAuthenticator",
    "TokenTerms",
    "User",
    "UserView",
    "admin",
    "bearer_token",
    "crons",
    "current_user",
    "functions",
    "generate_signing_keys",
    "open_signing_keys",
    "signed_in",
    "tables",
    "user_view",
]
