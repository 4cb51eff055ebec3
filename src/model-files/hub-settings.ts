import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hubHome } from './model-folders.ts'

const DEFAULT_ENDPOINT = 'https://huggingface.co'

/** How Hugging Face, or a mirror of it, is reached. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly token: string | null
  /** Whether nothing is to be downloaded. */
  readonly isOffline: boolean
}

/** Reads the variables and the token's file that Hugging Face's own programs read. */
export function hubSettings(environment: Readonly<Record<string, string | undefined>>): HubSettings {
  return {
    endpoint: (environment.HF_ENDPOINT || DEFAULT_ENDPOINT).replace(/\/+$/, ''),
    token:
      environment.HF_TOKEN?.trim() ||
      savedToken(environment.HF_TOKEN_PATH || join(hubHome(environment), 'token')),
    isOffline: /^(1|on|yes|true)$/i.test(environment.HF_HUB_OFFLINE ?? ''),
  }
}

function savedToken(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null
  } catch {
    return null
  }
}
