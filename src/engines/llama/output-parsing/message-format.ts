import type { ThinkingFormat } from './thinking-format.ts'

/** How replies are written that consist of messages: each has a header, which names its recipient, and a content. */
export interface MessageFormat {
  readonly name: string
  /** A text that only templates of the family contain. */
  readonly evidence: string
  readonly headerStarts: readonly string[]
  readonly headerEnd: string
  /** Whether the prompt ends within a header. */
  readonly startsInHeader: boolean
  /** Texts that end a content. */
  readonly ends: readonly string[]
  /** Of the ends, those that start the next message. */
  readonly nextStarts: readonly string[]
  /** Matches a header; the first group is the recipient. */
  readonly recipient: RegExp
  /** Matches a header of thinking. */
  readonly thinkingHeader: RegExp | null
  /** Recipients whose messages are text. */
  readonly readers: readonly string[]
  readonly thinking: ThinkingFormat | null
  /** Before a message to the user, where the prompt ends before its header; null if the header is part of the prompt. */
  readonly textStart: string
  /** Control tokens in a header. */
  readonly headerTokens: readonly string[]
}

/** OpenAI's open models: thinking is on the channel `analysis`, and ends by starting another message. */
export const HARMONY: MessageFormat = {
  name: 'harmony',
  evidence: '<|channel|>',
  headerStarts: ['<|start|>', '<|channel|>', ' to=', 'to='],
  headerEnd: '<|message|>',
  startsInHeader: false,
  ends: ['<|end|>', '<|call|>', '<|return|>', '<|start|>', '<|channel|>'],
  nextStarts: ['<|start|>', '<|channel|>'],
  recipient: /to=((?:functions\.)?[\w.-]+)/,
  thinkingHeader: /<\|channel\|>\s*analysis/,
  readers: ['assistant', 'user', 'all'],
  thinking: {
    startTag: '<|channel|>analysis<|message|>',
    endTag: '<|end|><|start|>assistant',
    forcedEnd: '<|end|><|start|>assistant',
  },
  textStart: '<|channel|>final<|message|>',
  headerTokens: ['<|start|>', '<|channel|>', '<|constrain|>', '<|message|>', '<|end|>'],
}

/** Functionary 3.2: `>>>`, a recipient, a line break, the content. The prompt ends with `>>>`. */
export const FUNCTIONARY: MessageFormat = {
  name: 'functionary',
  evidence: 'Respond in this format:\\n>>>',
  headerStarts: ['>>>'],
  headerEnd: '\n',
  startsInHeader: true,
  ends: ['>>>'],
  nextStarts: ['>>>'],
  recipient: /^(?:>>>)?\s*([\w.-]+)\s*$/,
  thinkingHeader: null,
  readers: ['all'],
  thinking: null,
  textStart: 'all\n',
  headerTokens: [],
}

/** Muse Glimmer: thinking is a message to the model itself, and a call one to the tool. */
export const MUSE: MessageFormat = {
  name: 'muse',
  evidence: '<|start|>assistant to=self<|message|>',
  headerStarts: ['<|start|>', ' to=', 'to='],
  headerEnd: '<|message|>',
  startsInHeader: false,
  ends: ['<|eom|>', '<|eot|>', '<|start|>'],
  nextStarts: ['<|start|>'],
  recipient: /to=([\w.-]+)/,
  thinkingHeader: /to=self\b/,
  readers: ['user', 'assistant', 'all'],
  thinking: {
    startTag: ' to=self<|message|>',
    endTag: '<|eom|><|start|>assistant',
    forcedEnd: '<|eom|><|start|>assistant',
  },
  textStart: ' to=user<|message|>',
  headerTokens: ['<|start|>', '<|message|>', '<|eom|>'],
}

/** The first whose evidence a template contains is chosen. */
export const MESSAGE_FORMATS: readonly MessageFormat[] = [MUSE, HARMONY, FUNCTIONARY]
