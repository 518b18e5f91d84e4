import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconLogin2, IconLogout, IconMoon, IconSun, IconUserPlus } from "@tabler/icons-react";
import { useLocation } from "wouter";
import { Face } from "@/components/face";
import { useNotices } from "@/components/notices";
import { useSessionToken, useUser } from "@/engine-client/client";
import { toServerError } from "@/engine-client/errors";

/** Who is signed in, and what they can do about it. */
export function AccountMenu() {
  const user = useUser();
  const token = useSessionToken();
  const { notify } = useNotices();
  const [, navigate] = useLocation();
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();
  if (user === null) return null;
  const signOut = async () => {
    try {
      await token.signOut();
      navigate("/");
    } catch (error) {
      notify({ message: toServerError(error).message, tone: "bad" });
    }
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${user.name}`} data-testid="account-menu">
          <Face id={user.id} name={user.name} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.kind === "guest" ? `${user.name} (no account yet)` : (user.email ?? user.name)}
        </Menu.Label>
        {user.kind === "guest" ? (
          <>
            <Menu.Item
              leftSection={<IconUserPlus size={16} aria-hidden />}
              onClick={() => navigate("/sign-up")}
              data-testid="keep-work"
            >
              Create an account to keep your work
            </Menu.Item>
            <Menu.Item
              leftSection={<IconLogin2 size={16} aria-hidden />}
              onClick={() => navigate("/sign-in")}
            >
              Sign in to another account
            </Menu.Item>
          </>
        ) : null}
        <Menu.Item
          leftSection={
            colorScheme === "dark" ? <IconSun size={16} aria-hidden /> : <IconMoon size={16} aria-hidden />
          }
          onClick={toggleColorScheme}
          data-testid="toggle-dark"
        >
          {colorScheme === "dark" ? "Light colours" : "Dark colours"}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void signOut()}
          data-testid="sign-out"
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
