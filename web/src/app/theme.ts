import { createTheme, type MantineColorsTuple } from "@mantine/core";

const pine: MantineColorsTuple = [
  "#e9f7f4",
  "#d3ece7",
  "#a5d9cf",
  "#74c5b6",
  "#4db4a1",
  "#34aa94",
  "#1f9b86",
  "#0f7f6d",
  "#0b6b62",
  "#045249",
];

export const theme = createTheme({
  primaryColor: "pine",
  primaryShade: { light: 8, dark: 7 },
  colors: { pine },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  // Mantine's own dimmed grey is a little too light for small text on white
  other: {},
});
