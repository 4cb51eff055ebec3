import { join } from 'node:path'
import { installFromNpm, installFromPyPi, pythonProgram } from '../install-packages.ts'
import { type CheckName, type OfficialClient, unnamedClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** Of which a harness needs the tokenizer. */
const DEMO_MODEL = join(import.meta.dirname, '..', '..', '..', 'models', 'continuo-demo.gguf')
const MESSAGE: readonly CheckName[] = ['message', 'message-stream', 'message-tools']

/** Frameworks and harnesses that call servers of models; the programs are named after them. */
export const FRAMEWORK_CLIENTS: readonly OfficialClient[] = [
  pythonFramework('lm-eval', '0.4.13', 'lm_eval_task.py', ['embedded-model'], (version) => [
    `lm_eval[api]==${version}`,
    'gguf==0.19.0',
    'transformers==5.24.0',
  ]),
  pythonFramework('litellm', '1.110.2', 'litellm_calls.py', MESSAGE, (version) => [`litellm==${version}`]),
  pythonFramework('llm', '0.36', 'llm_command.py', ['message', 'message-stream'], (version) => [
    `llm==${version}`,
  ]),
  pythonFramework('inspect-ai', '0.3.285', 'inspect_task.py', ['message'], (version) => [
    `inspect-ai==${version}`,
    'anthropic==2.14.0',
    'openai==3.57.0',
  ]),
  pythonFramework('instructor', '1.17.0', 'instructor_model.py', ['message-tools'], (version) => [
    `instructor[anthropic]==${version}`,
  ]),
  // Its class for Claude does not work with newer releases of the official client.
  pythonFramework('llama-index', '0.12.3', 'llama_index_chat.py', MESSAGE, (version) => [
    `llama-index-llms-anthropic==${version}`,
    'llama-index-llms-openai-like==0.8.1',
    'anthropic==0.121.0',
  ]),
  pythonFramework('pydantic-ai', '2.68.0', 'pydantic_agent.py', MESSAGE, (version) => [
    `pydantic-ai-slim[anthropic,openai]==${version}`,
  ]),
  {
    ...unnamedClient('langchain-typescript', '1.5.11', ['npm'], MESSAGE),
    install: (folder) =>
      installFromNpm(folder, [
        '@langchain/anthropic@1.5.11',
        '@langchain/openai@1.5.8',
        '@langchain/core@1.4.0',
      ]),
    programs: (folder) => [
      {
        file: process.execPath,
        args: [join(import.meta.dirname, 'langchain-chat.mjs')],
        env: { ...programEnvironment(), CLIENT_FOLDER: folder, CLIENT_PACKAGE: '@langchain/anthropic' },
      },
    ],
  },
]

function pythonFramework(
  name: string,
  version: string,
  program: string,
  checks: readonly CheckName[],
  requirementsOf: (version: string) => readonly string[],
): OfficialClient {
  return {
    ...unnamedClient(name, version, ['python3'], checks),
    install: (folder) => installFromPyPi(folder, requirementsOf(version)),
    programs: (folder) => [
      pythonProgram(folder, join(import.meta.dirname, program), {
        PYTHONPATH: join(import.meta.dirname, '..', 'python'),
        CONTINUO_MODEL: DEMO_MODEL,
      }),
    ],
  }
}
