import type { ReplyPart } from '../../../completion/reply-part.ts'
import { JsonCopier } from './json-copier.ts'
import type { OutputSource, Reading } from './output-scanner.ts'

/**
 * Reads the input of a call, a JSON object that begins here, and emits it as it comes. Where it breaks off it is closed;
 * where the reply was cut it stays as it is.
 */
export function* readInput(source: OutputSource, emit: (part: ReplyPart) => void): Reading {
  const copier = new JsonCopier()
  const isWhole = yield* copyJson(source, copier, (json) => emit({ type: 'tool-input', json }))
  if (!isWhole && !source.isCut) emit({ type: 'tool-input', json: copier.closing })
}

/** Reads one JSON value and forgets it; null where it breaks off. */
export function* readJson(source: OutputSource): Reading<string | null> {
  let copied = ''
  const isWhole = yield* copyJson(source, new JsonCopier(), (json) => {
    copied += json
  })
  return isWhole ? copied : null
}

function* copyJson(source: OutputSource, copier: JsonCopier, copy: (json: string) => void): Reading<boolean> {
  for (;;) {
    const unit = yield* source.peek()
    const step = unit === '' ? copier.end() : copier.push(unit)
    const copied = copier.take()
    if (copied !== '') copy(copied)
    if (step === 'broken') return false
    if (step === 'complete-before') return true
    source.skip()
    if (step === 'complete') return true
  }
}
