import type { OutputFormat } from './output-format.ts'
import type { ThinkingFormat } from './thinking-format.ts'

/** How a family of models writes thinking and the text of a reply. */
export interface ReplyFormat {
  /** A text that only templates of the family contain or render; the start or end tag of thinking by default. */
  readonly evidence?: string
  readonly thinking: ThinkingFormat | null
  readonly responseTags?: readonly string[]
  readonly strayTags?: readonly string[]
}

/** The first whose evidence a template contains or renders is chosen: narrower formats come first. */
const REPLY_FORMATS: readonly ReplyFormat[] = [
  { thinking: thinkingIn('<seed:think>', '</seed:think>') },
  {
    evidence: '<|START_TEXT|>',
    thinking: thinkingIn('<|START_THINKING|>', '<|END_THINKING|>'),
    responseTags: ['<|START_TEXT|>', '<|END_TEXT|>'],
  },
  {
    evidence: '<|START_RESPONSE|>',
    thinking: thinkingIn('<|START_THINKING|>', '<|END_THINKING|>'),
    responseTags: ['<|START_RESPONSE|>', '<|END_RESPONSE|>'],
  },
  { thinking: thinkingIn('<|START_THINKING|>', '<|END_THINKING|>') },
  { thinking: thinkingIn('[THINK]', '[/THINK]') },
  { thinking: thinkingIn('<mm:think>', '</mm:think>') },
  { thinking: thinkingIn('<think:opensource>', '</think:opensource>') },
  { thinking: thinkingIn('<|inner_prefix|>', '<|inner_suffix|>') },
  {
    // Gemma 4 writes these tags around nothing, too.
    thinking: thinkingIn('<|channel>thought', '<channel|>'),
    strayTags: ['<|channel>', '<channel|>'],
  },
  {
    evidence: '<|open|>',
    thinking: thinkingIn('<|open|>think<|sep|>', '<|close|>think<|sep|>'),
    responseTags: ['<|open|>response<|sep|>', '<|close|>response<|sep|>'],
    strayTags: ['<|close|>message<|sep|>'],
  },
  {
    // Thinking and text are messages, and so are calls.
    evidence: '<|begin|>assistant<|think|>',
    thinking: {
      startTag: '<|think|>',
      endTag: '<|end|><|begin|>assistant',
      forcedEnd: '<|end|><|begin|>assistant',
    },
    responseTags: ['<|content|>', '<|end|>'],
    strayTags: ['<|begin|>assistant'],
  },
  {
    evidence: '[BEGIN FINAL RESPONSE]',
    thinking: thinkingIn('Here are my reasoning steps:', '[BEGIN FINAL RESPONSE]'),
  },
  {
    evidence: 'between <response></response>',
    thinking: thinkingIn('<think>', '</think>'),
    responseTags: ['<response>', '</response>'],
  },
  { thinking: thinkingIn('<think>', '</think>') },
]

function thinkingIn(startTag: string, endTag: string): ThinkingFormat {
  return { startTag, endTag, forcedEnd: `\n${endTag}\n\n` }
}

/** The format of replies to prompts of a template, by its source and what it renders. */
export function replyFormatOf(shown: string): Pick<OutputFormat, 'thinking' | 'responseTags' | 'strayTags'> {
  const found = REPLY_FORMATS.find(({ evidence, thinking }) =>
    [evidence ?? thinking?.startTag, evidence ?? thinking?.endTag].some(
      (text) => text !== undefined && shown.includes(text),
    ),
  )
  const { thinking = null, responseTags = [], strayTags = [] } = found ?? {}
  return { thinking, responseTags, strayTags }
}
