import { homedir } from 'node:os'
import { join } from 'node:path'

/** The environment variables of a process. */
type Environment = Readonly<Record<string, string | undefined>>

/** The folders in which programs keep models on a machine. */
export interface ModelFolders {
  /** Hugging Face's cache, which most programs share. */
  readonly hub: string
  readonly ollama: string
  /** With folders `OWNER/REPO`. */
  readonly lmStudio: readonly string[]
  readonly llamaCpp: string
  /** Files that Continuo downloaded from an address. */
  readonly own: string
}

/** Where this user's programs keep their models, by the variables that these programs read. */
export function modelFolders(environment: Environment, home = homedir()): ModelFolders {
  const cache = environment.XDG_CACHE_HOME || join(home, '.cache')
  return {
    hub: environment.HF_HUB_CACHE || join(hubHome(environment, home), 'hub'),
    ollama: environment.OLLAMA_MODELS || join(home, '.ollama', 'models'),
    lmStudio: [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')],
    llamaCpp: environment.LLAMA_CACHE || join(userCache(environment, home), 'llama.cpp'),
    own: join(cache, 'continuo', 'models'),
  }
}

/** Hugging Face's own folder, with the token of `hf auth login`. */
export function hubHome(environment: Environment, home = homedir()): string {
  return environment.HF_HOME || join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'huggingface')
}

/** As llama.cpp finds it. */
function userCache(environment: Environment, home: string): string {
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches')
  if (process.platform === 'win32') return environment.LOCALAPPDATA || join(home, 'AppData', 'Local')
  return environment.XDG_CACHE_HOME || join(home, '.cache')
}
