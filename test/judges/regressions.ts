/** A text of a source file, and what stands in its place. */
export interface Replacement {
  /** The end of the file's path. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Names the variable with the regression that a server's processes are to have. */
export const REGRESSION_VARIABLE = 'CONTINUO_REGRESSION'

/** Bounds that the server once lacked, taken out again: the fuzzer must find each. */
export const REGRESSIONS = {
  'uncounted combinations': [
    {
      file: '/engines/llama/grammar/merged-schema.ts',
      from: 'this.#budget.spend(known.length * further.length)',
      to: '',
    },
    {
      file: '/engines/llama/grammar/merged-schema.ts',
      from: 'this.#budget.spend(known.reduce((sum, together) => sum + together.length, 0) * further.length)',
      to: '',
    },
  ],
  'unbounded grammar steps': [
    {
      file: '/engines/llama/grammar/grammar-budget.ts',
      from: 'MAX_POSITIONS = 8192',
      to: 'MAX_POSITIONS = Number.POSITIVE_INFINITY',
    },
    { file: '/engines/llama/grammar/grammar-budget.ts', from: 'this.#left -= steps', to: '' },
  ],
  'a copy for each message': [
    { file: '/wire/openai/chat-messages.ts', from: '    if (slices.isOver) await slices.next()\n', to: '' },
    {
      file: '/wire/openai/turn-builder.ts',
      from: 'joinTexts(turn.parts, next.parts)',
      to: 'turn.parts = joinTexts(turn.parts.slice(), next.parts)',
    },
  ],
  'uncounted turns': [
    {
      file: '/completion/human-assistant-prompt.ts',
      from: 'checkTurnCount(text, [HUMAN_MARKER, ASSISTANT_MARKER])',
      to: '',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Replacement[]>>

/** One of {@link REGRESSIONS}. */
export type RegressionName = keyof typeof REGRESSIONS

/** How a server is started that has a regression; without a name, one that has none. */
export function withRegression(name: RegressionName | null): {
  readonly preloads: readonly string[]
  readonly environment: Readonly<Record<string, string>>
} {
  if (name === null) return { preloads: [], environment: {} }
  return {
    preloads: [new URL('./seed-regression.ts', import.meta.url).href],
    environment: { [REGRESSION_VARIABLE]: name },
  }
}
