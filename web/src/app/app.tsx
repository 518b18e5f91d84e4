import { Center, type CSSVariablesResolver, Loader, MantineProvider } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { ErrorBoundary, FailureNotice } from "@/components/error-boundary";
import { NoticesProvider } from "@/components/notices";
import { EngineProvider, useRestoredSession, useUser } from "@/engine-client/client";
import { SessionToken } from "@/engine-client/session-token";
import { AccountPage } from "./pages/account-page";
import { LandingPage } from "./pages/landing-page";
import { NotFoundPage } from "./pages/not-found-page";
import { theme } from "./theme";

const HomePage = lazy(() => import("./pages/home-page"));
const LessonPage = lazy(() => import("./pages/lesson-page"));
const JoinPage = lazy(() => import("./pages/join-page"));
const TryPage = lazy(() => import("./pages/try-page"));
const ProgressPage = lazy(() => import("./pages/progress-page"));
const AdminPage = lazy(() => import("./pages/admin-page"));

/** Small text, grey or on a tint, must still have a contrast of 4.5 to 1. */
const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6b7278",
    "--mantine-color-orange-light-color": "#9c3700",
    "--mantine-color-yellow-light-color": "#7a5200",
    "--mantine-color-red-light-color": "#b02525",
    "--mantine-color-red-text": "#c92a2a",
    "--mantine-color-blue-light-color": "#1864ab",
  },
  dark: { "--mantine-color-dimmed": "#a6adb4" },
});

export function App() {
  const [token] = useState(() => new SessionToken());
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={contrast}>
      <NoticesProvider>
        <ErrorBoundary title="The page stopped working">
          <Restored token={token}>
            <EngineProvider token={token}>
              <Pages />
            </EngineProvider>
          </Restored>
        </ErrorBoundary>
      </NoticesProvider>
    </MantineProvider>
  );
}

function Restored({ token, children }: { token: SessionToken; children: ReactNode }) {
  const { isRestoring, error, retry } = useRestoredSession(token);
  if (isRestoring) return <Waiting />;
  if (error !== null) {
    return (
      <FailureNotice
        title="You cannot be signed in right now"
        error={error}
        action="Try again"
        onAction={retry}
      />
    );
  }
  return children;
}

function Waiting() {
  return (
    <Center h="100dvh">
      <Loader aria-label="Loading" />
    </Center>
  );
}

function Pages() {
  return (
    <Suspense fallback={<Waiting />}>
      <Switch>
        <Route path="/">
          <Home />
        </Route>
        <Route path="/sign-in">
          <AccountPage kind="sign-in" />
        </Route>
        <Route path="/sign-up">
          <AccountPage kind="sign-up" />
        </Route>
        <Route path="/join/:code">{({ code }) => <JoinPage code={code} />}</Route>
        <Route path="/try">
          <TryPage />
        </Route>
        <Route path="/folder/:folder">
          {({ folder }) => (
            <SignedIn>
              <HomePage folder={folder} />
            </SignedIn>
          )}
        </Route>
        <Route path="/session/:session">
          {({ session }) => (
            <SignedIn>
              <LessonPage key={session} session={session} />
            </SignedIn>
          )}
        </Route>
        <Route path="/progress">
          <SignedIn>
            <ProgressPage />
          </SignedIn>
        </Route>
        <Route path="/admin">
          <SignedIn>
            <AdminPage />
          </SignedIn>
        </Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Suspense>
  );
}

function Home() {
  return useUser() === null ? <LandingPage /> : <HomePage folder={null} />;
}

function SignedIn({ children }: { children: ReactNode }) {
  return useUser() === null ? (
    <Redirect to={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`} replace />
  ) : (
    children
  );
}
