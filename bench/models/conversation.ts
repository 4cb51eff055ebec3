/** A conversation, in which user and assistant take turns; the user begins. */
export interface Conversation {
  readonly system: string
  readonly turns: readonly string[]
}

/** Common words, one token each with a space before them in most vocabularies. */
const WORDS =
  'time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work government number night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city community name'.split(
    ' ',
  )

/** Words without meaning. The same seed gives the same words. */
export function randomWords(count: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return WORDS[(state >>> 16) % WORDS.length]
  }).join(' ')
}

/** As the template ChatML writes it, up to the assistant's next turn. */
export function chatMl({ system, turns }: Conversation): string {
  const messages = turns.map((text, index) => messageOf(index % 2 === 0 ? 'user' : 'assistant', text))
  return `${messageOf('system', system)}${messages.join('')}<|im_start|>assistant\n`
}

function messageOf(role: string, text: string): string {
  return `<|im_start|>${role}\n${text}<|im_end|>\n`
}
