/** A server of another project that already runs, by the variable with its address. */
export interface GivenServer {
  readonly name: 'vllm' | 'ollama'
  readonly url: string
}

const VARIABLES = { vllm: 'CONTINUO_VLLM_URL', ollama: 'CONTINUO_OLLAMA_URL' } as const

/** The servers whose addresses the environment gives. */
export function givenServers(environment: NodeJS.ProcessEnv = process.env): GivenServer[] {
  return (['vllm', 'ollama'] as const).flatMap((name) => {
    const url = environment[VARIABLES[name]]
    return url ? [{ name, url: url.replace(/\/+$/, '') }] : []
  })
}
