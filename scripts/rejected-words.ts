/** Words that this project does not use, and what to write instead. */
export interface RejectedWords {
  /** Of names: words apart, as `isLeft` is `is left`. */
  readonly words: readonly string[]
  readonly suggestion: string
}

/** File names that say nothing about the content. */
export const REJECTED_FILE_NAMES: readonly string[] = [
  'utils',
  'helper',
  'helpers',
  'common',
  'types',
  'misc',
  'shared',
  'index',
  'mod',
]

/**
 * Words that no name of this project contains: inventions where vLLM, llama.cpp and the SDKs have a word, and words that
 * say nothing.
 */
export const REJECTED_IN_NAMES: readonly RejectedWords[] = [
  { words: ['room', 'rooms'], suggestion: 'seqId, capacity, bytes or folder' },
  { words: ['draw', 'draws', 'drawn', 'drawing', 'drawings'], suggestion: 'sample' },
  { words: ['guess', 'guesses', 'guessed'], suggestion: 'draft' },
  { words: ['thought', 'thoughts', 'thinks'], suggestion: 'thinking' },
  { words: ['answer', 'answers', 'answered', 'answering'], suggestion: 'response, respond' },
  { words: ['leave', 'leaves', 'leaving'], suggestion: 'cancel or disconnect' },
  { words: ['verbatim'], suggestion: 'raw' },
  { words: ['remark', 'remarks'], suggestion: 'warning' },
  { words: ['blame', 'blamed', 'set aside'], suggestion: 'reportFailure, eject' },
  {
    words: ['company', 'tokens alone', 'beside', 'besides'],
    suggestion: 'idle or mixed batch, siblings, concurrent',
  },
  { words: ['exchange', 'exchanges', 'exchanged'], suggestion: 'request, response or call' },
  { words: ['settle', 'settles'], suggestion: 'end, resolve or commit' },
  { words: ['traits'], suggestion: 'capabilities' },
  { words: ['gather', 'gathers', 'gathering'], suggestion: 'compact or collect' },
  { words: ['notice', 'notices'], suggestion: 'message, output or warning' },
  { words: ['piecewise'], suggestion: 'streaming' },
  { words: ['visible texts', 'visible tokens'], suggestion: 'preservedTokens' },
  { words: ['cache lifetime'], suggestion: 'cacheTtl' },
  { words: ['tell', 'tells', 'told', 'say', 'says', 'said'], suggestion: 'send, report, log or contain' },
  { words: ['behind'], suggestion: 'after' },
  { words: ['anew', 'nobody', 'whoever'], suggestion: 'plain English' },
  { words: ['helper', 'helpers', 'utils', 'dto', 'payload'], suggestion: 'what it does or contains' },
  { words: ['message form'], suggestion: 'messageStyle' },
  { words: ['prompt form'], suggestion: 'promptFormat' },
  { words: ['bound sampler'], suggestion: 'sampler' },
  { words: ['reply bounds'], suggestion: 'outputConstraint' },
  { words: ['marked conversation'], suggestion: 'cacheableConversation' },
  { words: ['body piece', 'body pieces'], suggestion: 'chunk' },
  { words: ['is left'], suggestion: 'isCancelled or isEndedEarly' },
  { words: ['put away', 'puts away'], suggestion: 'dispose or release' },
  { words: ['reply reader'], suggestion: 'outputParser' },
  { words: ['call format', 'call formats'], suggestion: 'toolCallParser' },
  { words: ['api token'], suggestion: 'apiKey or secret: a token is a model’s' },
]

/** Phrases of comments, titles, messages and pages that read as a translation, or are private words. */
export const REJECTED_IN_PROSE: readonly { readonly pattern: RegExp; readonly suggestion: string }[] = [
  // Gemma's tag of thinking contains it.
  { pattern: /(?<!\|channel>)\bthoughts?\b/i, suggestion: 'thinking' },
  { pattern: /\b(?:draws|drawn)\b/i, suggestion: 'sampled, chosen at random' },
  { pattern: /\bmodels? that sees?\b/i, suggestion: 'a vision model' },
  { pattern: /\bverbatim\b/i, suggestion: 'raw' },
  {
    pattern: /\b(?:client|caller|reader|user)s?(?: that| who)? (?:leaves?|left)\b/i,
    suggestion: 'the client disconnects',
  },
  // A server does stand behind a proxy, and a leak is left behind.
  {
    pattern:
      /(?<!\b(?:leave|leaves|left) (?:\w+ ){0,3})\bbehind\b(?! (?:an?|the) (?:\w+ )?(?:proxy|gateway|load balancer))/i,
    suggestion: 'after',
  },
  { pattern: /\b(?:nobody|whoever)\b/i, suggestion: 'no client, no one, any client that' },
  { pattern: /\bwhat of\b/i, suggestion: 'which part of' },
  { pattern: /\b(?:go|goes|going|went) on with\b/i, suggestion: 'continues' },
  { pattern: /\bso many\b/i, suggestion: 'this many, or the number' },
  { pattern: /\banew\b/i, suggestion: 'again, regenerates' },
  { pattern: /\btold\b/i, suggestion: 'reported, notified or prompted' },
]
