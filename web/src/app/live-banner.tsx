import { Alert } from "@mantine/core";
import { useConvexConnectionState } from "convex/react";
import { useEffect, useState } from "react";

/** A connection that comes back within this time is nobody's business. */
const SAY_AFTER_MS = 2_500;

/** Says when the live data has stopped, and that it goes on by itself. */
export function LiveBanner() {
  const { isWebSocketConnected } = useConvexConnectionState();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isWebSocketConnected) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), SAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isWebSocketConnected]);
  if (!isShown) return null;
  return (
    <Alert color="orange" radius={0} py={6} role="status" data-testid="live-banner">
      The connection to the server is lost. What you see may be old; it goes on by itself when the connection
      is back.
    </Alert>
  );
}
