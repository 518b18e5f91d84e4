/** Who speaks, in words for people. */
export function mindName(mind: string): string {
  return mind === "rules" ? "from your material, by rules" : `with ${mind}`;
}
