import { Box } from "@mantine/core";
import styles from "./mastery-meter.module.css";

type Props = Readonly<{ value: number; label: string; testId?: string; size?: "sm" | "md" }>;

export function percent(value: number): string {
  return `${Math.round(Math.min(1, Math.max(0, value)) * 100)} %`;
}

/** A chance from 0 to 1 as a bar with its number; the number is what screen readers hear. */
export function MasteryMeter({ value, label, testId, size = "md" }: Props) {
  const shown = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <Box className={styles.meter} data-size={size}>
      <div
        className={styles.track}
        role="meter"
        aria-label={label}
        aria-valuenow={shown}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={`${shown} percent`}
        data-testid={testId}
      >
        <div className={styles.fill} style={{ width: `${shown}%` }} />
      </div>
      <span className={styles.number} aria-hidden>
        {percent(value)}
      </span>
    </Box>
  );
}
