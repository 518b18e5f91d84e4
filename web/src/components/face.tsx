import styles from "./face.module.css";

/** The hue that the board gives a person's cursor: the same person has the same colour everywhere. */
export function hueOf(id: string): number {
  let hash = 0;
  for (let position = 0; position < id.length; position += 1) {
    hash = (hash << 5) - hash + id.charCodeAt(position);
  }
  return (Math.abs(hash) % 37) * 10;
}

/** The first letters of a name's first two words. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).slice(0, 2);
  return words.map((word) => [...word][0]?.toUpperCase() ?? "").join("") || "?";
}

type Props = Readonly<{ id: string; name: string; size?: number }>;

/** A person as a coloured disc with initials; whoever places it gives it a name. */
export function Face({ id, name, size = 34 }: Props) {
  return (
    <span
      className={styles.face}
      // drawn from an attribute: as text it would be read out beside the name
      data-initials={initialsOf(name)}
      style={{
        width: size,
        height: size,
        fontSize: size * 0.4,
        backgroundColor: `hsl(${hueOf(id)} 100% 83%)`,
      }}
    />
  );
}
