/** What an upstream reports when a request does not fit its context window. */
export interface LengthRefusal {
  /** Null when the upstream did not count it to its end. */
  readonly promptTokens: number | null
  /** Most tokens of prompt and completion together; null when it is not reported. */
  readonly contextWindowTokens: number | null
  /** Most tokens of a completion, when that limit was exceeded. */
  readonly maxCompletionTokens: number | null
}

/** For a request that is too long by an unknown number of tokens. */
export const UNKNOWN_LENGTH: LengthRefusal = {
  promptTokens: null,
  contextWindowTokens: null,
  maxCompletionTokens: null,
}

/** Bounded, as is the text between two counts: otherwise a match could start at every place of a long text. */
const COUNT = '([0-9][0-9,]{0,15})'
const BETWEEN = '.{0,200}?'
/** The names of the field for the most tokens of a completion. */
const MAX_TOKENS = '\\bmax[_ ]?(?:new|completion|output)?[_ ]?tokens'
/** Words without numbers that do not speak of the prompt. */
const WORDS = '(?:(?!context|prompt|input(?! should))[^0-9]){0,80}?'
/** Texts that derive the most tokens of a completion from the length of the prompt. */
const ABOUT_PROMPT = /context(?!_window)|prompt|messages|remaining|\binput tokens|your request has/i
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
      `maximum context length is ${COUNT} tokens${BETWEEN}requested (?:about )?${COUNT} tokens \\(${COUNT} (?:in|of|from) (?:the|text)`,
    ),
    numbers: ['context', 'ignored', 'prompt'],
  },
  {
    text: pattern(
      `maximum context length is ${COUNT} tokens${BETWEEN}your messages resulted in ${COUNT} tokens`,
    ),
    numbers: ['context', 'prompt'],
  },
  // vLLM until 2025
  {
    text: pattern(`prompt \\(total length ${COUNT}\\) is too long${BETWEEN}context length ${COUNT}`),
    numbers: ['prompt', 'context'],
  },
  {
    text: pattern(`prompt \\(length ${COUNT}\\) is longer than the maximum model length of ${COUNT}`),
    numbers: ['prompt', 'context'],
  },
  {
    text: pattern(
      `max_completion_tokens' is too large: ${COUNT}${BETWEEN}maximum context length is ${COUNT} tokens and your request has ${COUNT} input tokens`,
    ),
    numbers: ['ignored', 'context', 'prompt'],
  },
  // LM Studio
  { text: pattern(`n_keep: ?${COUNT} ?>= ?n_ctx: ?${COUNT}`), numbers: ['prompt', 'context'] },
  {
    text: pattern(`keep the first ${COUNT} tokens${BETWEEN}context length of only ${COUNT} tokens`),
    numbers: ['prompt', 'context'],
  },
  // oMLX, Mistral, Gemini, Copilot, xAI, Cerebras
  {
    text: pattern(`prompt too long: ${COUNT} tokens exceeds max context window of ${COUNT}`),
    numbers: ['prompt', 'context'],
  },
  {
    text: pattern(`prompt contains ${COUNT} tokens${BETWEEN}model with ${COUNT} maximum context length`),
    numbers: ['prompt', 'context'],
  },
  {
    text: pattern(
      `token count (?:of |\\()?${COUNT}\\)? exceeds the (?:limit of|maximum number of tokens allowed) \\(?${COUNT}`,
    ),
    numbers: ['prompt', 'longest'],
  },
  {
    text: pattern(`maximum prompt length is ${COUNT} but the request contains ${COUNT} tokens`),
    numbers: ['longest', 'prompt'],
  },
  { text: pattern(`current length is ${COUNT} while limit is ${COUNT}`), numbers: ['prompt', 'context'] },
  // llama-cpp-python, TensorRT-LLM, Fireworks, text-generation-inference, Moonshot
  {
    text: pattern(`requested tokens \\(${COUNT}\\) exceed context window of ${COUNT}`),
    numbers: ['prompt', 'context'],
  },
  {
    text: pattern(
      `(?:prompt|input) length \\(?${COUNT}\\)? exceeds (?:the )?max\\w* (?:input )?length \\(?${COUNT}`,
    ),
    numbers: ['prompt', 'longest'],
  },
  {
    text: pattern(`prompt is too long: ${COUNT}, model maximum context length: ${COUNT}`),
    numbers: ['prompt', 'context'],
  },
  {
    text: pattern(`max_new_tokens\`? must be <= ${COUNT}. Given: ${COUNT} \`?inputs`),
    numbers: ['context', 'prompt'],
  },
  {
    text: pattern(`exceeded model token limit: ${COUNT} \\(requested: ${COUNT}\\)`),
    numbers: ['context', 'prompt'],
  },
  // DashScope, text-generation-inference, MLC, Vertex AI, SambaNova
  { text: pattern(`range of input length should be \\[[0-9]{1,9}, ?${COUNT}\\]`), numbers: ['longest'] },
  {
    text: pattern(`inputs\`? must have less than ${COUNT} tokens. Given: ${COUNT}`),
    numbers: ['context', 'prompt'],
  },
  {
    text: pattern(`prompt has ${COUNT} tokens${BETWEEN}larger than${BETWEEN}limit ${COUNT}`),
    numbers: ['prompt', 'longest'],
  },
  {
    text: pattern(`input token count is ${COUNT} but ${BETWEEN}only supports up to ${COUNT}`),
    numbers: ['prompt', 'longest'],
  },
  {
    text: pattern(`maximum context length of ${BETWEEN} is ${COUNT}\\.${BETWEEN}request has ${COUNT} tokens`),
    numbers: ['context', 'prompt'],
  },
  // Completions that are too long: Bedrock, DeepSeek, DashScope, Groq, OpenAI, Ollama's cloud
  {
    text: pattern(`range of max_tokens (?:is|should be) \\[[0-9]{1,9}, ?${COUNT}\\]`),
    numbers: ['completion'],
  },
  {
    text: pattern(
      `max_(?:completion_|output_)?tokens.? must be (?:less than or equal to|at most|<=) [^0-9]?${COUNT}`,
    ),
    numbers: ['completion'],
  },
  {
    text: pattern(
      `max_(?:completion_|output_)?tokens.? (?:cannot|can't|must not|should not) (?:be (?:greater|larger|more) than|exceed) [^0-9]?${COUNT}`,
    ),
    numbers: ['completion'],
  },
  { text: pattern(`tokens you requested exceeds the model limit of ${COUNT}`), numbers: ['completion'] },
  { text: pattern(`supports at most ${COUNT} (?:completion|output) tokens`), numbers: ['completion'] },
  { text: pattern(`maximum output tokens \\(${COUNT}\\)`), numbers: ['completion'] },
  ...[
    `${MAX_TOKENS}${WORDS}(?:between|range)${WORDS}[0-9]{1,9}(?:,| and| to|\\.\\.+| ?-)[^0-9]{0,5}${COUNT}`,
    `(?:maximum|largest|highest)${WORDS}${MAX_TOKENS}${WORDS}is [^0-9]?${COUNT}`,
  ].map((source) => ({ text: pattern(source), numbers: ['completion'] as const })),
  ...[
    `${MAX_TOKENS}${WORDS}${COUNT}${WORDS}(?:exceed|greater|larger|above|more than)${WORDS}${COUNT}`,
    `(?:output|completion) tokens \\(?${COUNT}\\)?${WORDS}exceed${WORDS}${COUNT}`,
  ].map((source) => ({ text: pattern(source), numbers: ['ignored', 'completion'] as const })),
  {
    text: pattern(
      `${MAX_TOKENS}${WORDS}(?:less than or equal|at most|<=|≤|limit|no more|exceed|maximum|up to)${WORDS}${COUNT}`,
    ),
    numbers: ['completion'],
  },
  { text: pattern(`maximum context length is ${COUNT} tokens`), numbers: ['context'] },
  // Without numbers
  ...[
    '\\b(?:prompt|input|context|conversation|messages|request)\\b(?: length| size| tokens?)? (?:is|are|was|were) too (?:long|large)',
    '\\b(?:exceed\\w*|longer than|larger than)\\b[^.\\n]{0,60}\\b(?:context|prompt)[ _](?:length|window|size)',
    '\\b(?:prompt|input|context window|context length)\\b(?: length| tokens?| token count)? exceed',
    'too many (?:input |prompt )?tokens',
    // Baidu
    '\\bmax(?:imum)? input (?:characters|tokens|length)\\b',
    'reduce the length of (?:the |your )?(?:prompt|input|messages|either)',
  ].map((source) => ({ text: pattern(source), numbers: [] })),
]

/** The context window that a vLLM of 2026 names after its counts. */
const VLLM_WINDOW = pattern(`model's context length is only ${COUNT} tokens`)

type LengthNumber = 'prompt' | 'context' | 'longest' | 'completion' | 'ignored'

/** Whether a limit of completion tokens is the same for every prompt. */
export function isLimitOfModel(text: string): boolean {
  return !ABOUT_PROMPT.test(text.slice(0, MAX_TEXT_CHARACTERS))
}

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
