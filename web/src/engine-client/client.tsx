import { ConvexProvider, ConvexReactClient } from "convex/react";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { SessionToken, User } from "./session-token";

const TokenContext = createContext<SessionToken | null>(null);

/** One live connection for one account; another account gets a fresh one, so that nothing of the first stays in memory. */
function connect(token: SessionToken): ConvexReactClient {
  const client = new ConvexReactClient(window.location.origin, {
    // every command is kept by the server before it is acknowledged, and the sockets resume
    unsavedChangesWarning: false,
    skipConvexDeploymentUrlCheck: true,
  });
  client.setAuth(({ forceRefreshToken }) => token.get(forceRefreshToken));
  return client;
}

/** Gives the page its account and its live data. */
export function EngineProvider({ token, children }: { token: SessionToken; children: ReactNode }) {
  const user = useSyncExternalStore(token.subscribe, () => token.user);
  const account = user?.id ?? null;
  const [client, setClient] = useState<{ account: string; client: ConvexReactClient } | null>(null);
  useEffect(() => {
    if (account === null) {
      setClient(null);
      return;
    }
    const opened = connect(token);
    setClient({ account, client: opened });
    return () => void opened.close();
  }, [account, token]);
  const isReady = account === null || client?.account === account;
  const body = isReady ? children : null;
  return (
    <TokenContext value={token}>
      {client === null ? body : <ConvexProvider client={client.client}>{body}</ConvexProvider>}
    </TokenContext>
  );
}

/** The access token's keeper: signing in and out, and tokens for sockets. */
export function useSessionToken(): SessionToken {
  const token = useContext(TokenContext);
  if (token === null) throw new Error("no EngineProvider above");
  return token;
}

/** Who is signed in, null when nobody is. */
export function useUser(): User | null {
  const token = useSessionToken();
  return useSyncExternalStore(token.subscribe, () => token.user);
}

/** Tries the earlier visit's sign-in once. True while it is not known yet. */
export function useRestoredSession(token: SessionToken): {
  isRestoring: boolean;
  error: unknown;
  retry: () => void;
} {
  const [state, setState] = useState<{ isRestoring: boolean; error: unknown }>({
    isRestoring: true,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a reason to run again
  useEffect(() => {
    let isCurrent = true;
    setState({ isRestoring: true, error: null });
    token.restore().then(
      () => isCurrent && setState({ isRestoring: false, error: null }),
      (error: unknown) => isCurrent && setState({ isRestoring: false, error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [token, attempt]);
  return useMemo(() => ({ ...state, retry: () => setAttempt((count) => count + 1) }), [state]);
}
