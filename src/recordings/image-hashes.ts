import { createHash } from 'node:crypto'
import type { Prompt } from '../completion/prompt.ts'
import type { ImagePart } from '../completion/turn.ts'
import type { WorkSlices } from '../util/work-slices.ts'

/** The SHA-256 of each picture of a prompt that is sent with it. */
export type ImageHashes = ReadonlyMap<ImagePart, string>

/** Most code units of a picture that are hashed in one go. */
const MAX_UNITS_IN_ONE_GO = 1024 * 1024

export async function imageHashes({ turns }: Prompt, slices: WorkSlices): Promise<ImageHashes> {
  const hashes = new Map<ImagePart, string>()
  for (const { parts } of turns) {
    for (const part of parts) {
      const inner = part.type === 'tool-result' ? part.parts : [part]
      for (const image of inner) {
        if (image.type === 'image' && 'base64' in image.source) {
          hashes.set(image, await hashOf(image.source.base64, slices))
        }
      }
    }
  }
  return hashes
}

async function hashOf(base64: string, slices: WorkSlices): Promise<string> {
  const hash = createHash('sha256')
  for (let start = 0; start < base64.length; start += MAX_UNITS_IN_ONE_GO) {
    hash.update(base64.slice(start, start + MAX_UNITS_IN_ONE_GO))
    if (slices.isOver) await slices.next()
  }
  return hash.digest('hex')
}
