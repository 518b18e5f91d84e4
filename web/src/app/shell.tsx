import { Anchor, Container, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useUser } from "@/engine-client/client";
import { AccountMenu } from "@/features/auth/account-menu";
import { LiveBanner } from "./live-banner";
import styles from "./shell.module.css";

/** The frame of every page but the lesson. */
export function Shell({ children }: { children: ReactNode }) {
  const user = useUser();
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.header}>
        <Link href="/" className={styles.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          Tutorium
        </Link>
        <Group gap="md" wrap="nowrap">
          {user === null ? (
            <Anchor component={Link} href="/sign-in" data-testid="sign-in-open">
              Sign in
            </Anchor>
          ) : (
            <>
              <Anchor component={Link} href="/progress">
                Progress
              </Anchor>
              {user.admin ? (
                <Anchor component={Link} href="/admin">
                  Admin
                </Anchor>
              ) : null}
              <AccountMenu />
            </>
          )}
        </Group>
      </header>
      {user === null ? null : <LiveBanner />}
      <Container component="main" id="content" size="xl" py="lg" className={styles.content}>
        {children}
      </Container>
    </div>
  );
}
