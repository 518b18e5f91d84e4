import { useLocation } from "wouter";
import { useTitle } from "@/components/use-title";
import { AccountForm } from "@/features/auth/account-form";
import { Shell } from "../shell";

/** Where to go after signing in: only a place on this page. */
function nextPlace(): string {
  const next = new URLSearchParams(window.location.search).get("next") ?? "/";
  return next.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

export function AccountPage({ kind }: Readonly<{ kind: "sign-in" | "sign-up" }>) {
  const [, navigate] = useLocation();
  useTitle(kind === "sign-in" ? "Sign in" : "Create an account");
  return (
    <Shell>
      <AccountForm key={kind} kind={kind} onDone={() => navigate(nextPlace())} />
    </Shell>
  );
}
