import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, ServerProcess } from '../server-process.ts'
import { install } from './install.ts'
import { chatTarget, type ProxyUnderTest } from './peer.ts'

/** The newest whose extra `proxy` can be installed from PyPI alone. */
const VERSION = '1.105.6'

/** As its documentation recommends for production, and without downloads at start. */
const ENVIRONMENT = { LITELLM_LOG: 'ERROR', LITELLM_MODE: 'PRODUCTION', LITELLM_LOCAL_MODEL_COST_MAP: 'True' }

/** LiteLLM's proxy from PyPI, in a virtual environment of its own. */
export async function litellmProxy(cacheFolder: string): Promise<ProxyUnderTest> {
  const folder = join(cacheFolder, `litellm-${VERSION}`)
  const program = join(folder, 'venv', 'bin', 'litellm')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    await install(['python3', '-m', 'venv', join(folder, 'venv')])
    await install([join(folder, 'venv', 'bin', 'pip'), 'install', '--quiet', `litellm[proxy]==${VERSION}`])
  }
  // It refuses to start without a key that cannot be guessed.
  const key = `sk-${randomBytes(32).toString('hex')}`
  return {
    name: 'LiteLLM',
    async start(upstreamPort) {
      const port = await freePort()
      const config = join(mkdtempSync(join(tmpdir(), 'continuo-bench-')), 'litellm.yaml')
      writeFileSync(config, configuration(upstreamPort))
      const command = [program, '--config', config, '--port', String(port), '--host', '127.0.0.1']
      const env = { ...ENVIRONMENT, LITELLM_MASTER_KEY: key }
      const workers = ['--num_workers', '1']
      return ServerProcess.start(
        { command: [...command, ...workers], port, processors: 'first', env },
        '/health/liveliness',
      )
    },
    target: (port, stream) => chatTarget(port, stream, { authorization: `Bearer ${key}` }),
  }
}

function configuration(upstreamPort: number): string {
  return `model_list:
  - model_name: canned
    litellm_params:
      model: openai/canned
      api_base: http://127.0.0.1:${upstreamPort}/v1
      api_key: none
litellm_settings:
  set_verbose: false
  telemetry: false
  request_timeout: 600
`
}
