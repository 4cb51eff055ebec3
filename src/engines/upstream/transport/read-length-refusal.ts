/** What an upstream reports when a request does not fit its context window. */
export interface LengthRefusal {
  /** Null when the upstream did not count it to its end. */
  readonly promptTokens: number | null
  /** Most tokens of prompt and completion together; null when it is not reported. */
  readonly contextWindowTokens: number | null
  /** Most tokens of a completion, when that limit was exceeded. */
  readonly maxCompletionTokens: number | null
}

/** Bounded, as is the text between two counts: otherwise a match could start at every place of a long text. */
const COUNT = '([0-9][0-9,]{0,15})'
const BETWEEN = '.{0,200}?'
/** How much of an error text is examined. */
const MAX_TEXT_CHARACTERS = 4_096

/**
 * The texts of servers in use, each with the meaning of its numbers: the context window, the exact prompt length, the
 * longest allowed prompt or the longest allowed completion. The first match counts.
 */
const REFUSAL_TEXTS: readonly { readonly text: RegExp; readonly numbers: readonly LengthNumber[] }[] = [
  // Claude
  { text: pattern(`prompt is too long: ${COUNT} tokens > ${COUNT} maximum`), numbers: ['prompt', 'longest'] },
  {
    text: pattern(`exceed context limit: ${COUNT} \\+ ${COUNT} > ${COUNT}`),
    numbers: ['prompt', 'ignored', 'context'],
  },
  { text: pattern(`max_tokens: ${COUNT} > ${COUNT}`), numbers: ['ignored', 'completion'] },
  // llama-server
  {
    text: pattern(`request \\(${COUNT} tokens\\) exceeds the available context size \\(${COUNT} tokens\\)`),
    numbers: ['prompt', 'context'],
  },
  // SGLang
  {
    text: pattern(
      `maximum context length of ${COUNT} tokens. You requested a total of ${COUNT} tokens: ${COUNT} tokens from the input`,
    ),
    numbers: ['context', 'ignored', 'prompt'],
  },
  {
    text: pattern(
      `input \\(${COUNT} tokens\\) is longer than the model's context length \\(${COUNT} tokens\\)`,
    ),
    numbers: ['prompt', 'context'],
  },
  // vLLM, which stops counting early: its prompt count is a lower bound
  {
    text: pattern(`${COUNT} (?:input tokens|input characters) and requested ${COUNT} output tokens`),
    numbers: [],
  },
  { text: pattern(`max_model_len(?:=max_total_tokens)?=${COUNT}`), numbers: ['context'] },
  {
    text: pattern(
      `maximum context length is ${COUNT} tokens${BETWEEN}requested ${COUNT} output tokens and your prompt contains at least`,
    ),
    numbers: ['context'],
  },
  // OpenAI, and vLLM until 2025
  {
    text: pattern(
      `maximum context length is ${COUNT} tokens${BETWEEN}requested (?:about )?${COUNT} tokens \\(${COUNT} (?:in|of|from) the`,
    ),
    numbers: ['context', 'ignored', 'prompt'],
  },
  {
    text: pattern(
      `maximum context length is ${COUNT} tokens${BETWEEN}your messages resulted in ${COUNT} tokens`,
    ),
    numbers: ['context', 'prompt'],
  },
  { text: pattern(`maximum context length is ${COUNT} tokens`), numbers: ['context'] },
  { text: pattern(`the request exceeds the available context size`), numbers: [] },
]

/** The context window that a vLLM of 2026 names after its counts. */
const VLLM_WINDOW = pattern(`model's context length is only ${COUNT} tokens`)

type LengthNumber = 'prompt' | 'context' | 'longest' | 'completion' | 'ignored'

/** Reads the text of an error; null when it is about something else. */
export function readLengthRefusal(text: string): LengthRefusal | null {
  const start = text.slice(0, MAX_TEXT_CHARACTERS)
  for (const refusal of REFUSAL_TEXTS) {
    const match = refusal.text.exec(start)
    if (match === null) continue
    const numberOf = (meaning: LengthNumber) => {
      const index = refusal.numbers.indexOf(meaning)
      return index === -1 ? null : toCount(match[index + 1])
    }
    const longest = numberOf('longest')
    return {
      promptTokens: numberOf('prompt'),
      // The longest prompt leaves space for one token.
      contextWindowTokens:
        longest === null ? (numberOf('context') ?? toCount(VLLM_WINDOW.exec(start)?.[1])) : longest + 1,
      maxCompletionTokens: numberOf('completion'),
    }
  }
  return null
}

function pattern(source: string): RegExp {
  return new RegExp(source, 'is')
}

function toCount(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits.replaceAll(',', ''))
}
