import { Button } from "@mantine/core";
import { Link } from "wouter";
import { Nothing } from "@/components/empty-state";
import { useTitle } from "@/components/use-title";
import { Shell } from "../shell";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <Shell>
      <Nothing
        title="There is no such page"
        action={
          <Button component={Link} href="/">
            Go to the start page
          </Button>
        }
      >
        The link may be old, or mistyped.
      </Nothing>
    </Shell>
  );
}
