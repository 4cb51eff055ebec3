/** What a page gets of its address. */
export interface PageProps {
  /** The named parts of its path. */
  readonly params: Readonly<Record<string, string>>
}
