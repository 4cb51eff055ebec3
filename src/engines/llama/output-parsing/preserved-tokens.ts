import type { OutputFormat } from './output-format.ts'

/** A control token within a longer text, such as `<|sep|>`. */
const CONTROL_TOKEN = /<[|｜][^<>|｜\s]+[|｜]?>|<[^<>|｜\s]+[|｜]>/g

/** The texts of control tokens that the parser looks for, so the detokenizer must not drop them. */
export function preservedTokens({
  thinking,
  responseTags,
  strayTags,
  calls,
  messages,
}: OutputFormat): string[] {
  const texts = [
    ...(thinking === null ? [] : [thinking.startTag, thinking.endTag]),
    ...responseTags,
    ...strayTags,
    ...(calls?.preservedTokens ?? []),
    ...(messages?.headerTokens ?? []),
  ]
  return [...new Set(texts.flatMap((text) => [text, ...(text.match(CONTROL_TOKEN) ?? [])]))]
}
