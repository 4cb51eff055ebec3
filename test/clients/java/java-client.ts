import { basename, delimiter, join } from 'node:path'
import { BASIC_CHECKS, type CheckName, MESSAGE_CHECKS, type OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** Pinned, because without a version maven takes the newest. */
const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** The Java client: the last of version 2, which has Text Completions, and the newest. */
export const JAVA_CLIENTS: readonly OfficialClient[] = [
  javaClient({
    version: '2.75.0',
    sources: import.meta.dirname,
    program: 'CompletionProof.java',
    checks: [...BASIC_CHECKS, 'retry'],
  }),
  javaClient({
    version: '3.13.0',
    sources: join(import.meta.dirname, 'messages'),
    program: 'MessageProof.java',
    checks: MESSAGE_CHECKS,
  }),
]

/** @param proof the folder of its program, with a `pom.xml` that has the same version */
function javaClient(proof: {
  readonly version: string
  readonly sources: string
  readonly program: string
  readonly checks: readonly CheckName[]
}): OfficialClient {
  const { version, sources, program, checks } = proof
  return {
    name: `java-${version}`,
    version,
    calledItself: `AnthropicClientImpl/Java ${version}`,
    tools: ['javac', 'mvn'],
    checks,
    install: (folder) => [
      {
        file: 'mvn',
        args: [
          '--batch-mode',
          '--quiet',
          `-Dmaven.repo.local=${join(folder, 'repository')}`,
          COPY_JARS,
          `-DoutputDirectory=${join(folder, 'jars')}`,
        ],
        folder: sources,
      },
    ],
    build: (folder) => [
      {
        file: 'javac',
        args: [
          ...['-encoding', 'UTF-8', '-cp', join(folder, 'jars', '*'), '-d', join(folder, 'classes')],
          ...[join(import.meta.dirname, 'ProofChecks.java'), join(sources, program)],
        ],
        folder,
      },
    ],
    programs: (folder) => [
      {
        file: 'java',
        // The output is ASCII but for failures, and those are read as UTF-8.
        args: [
          '-Dfile.encoding=UTF-8',
          '-Xshare:auto',
          '-XX:TieredStopAtLevel=1',
          '-cp',
          [join(folder, 'classes'), join(folder, 'jars', '*')].join(delimiter),
          basename(program, '.java'),
        ],
        env: programEnvironment(),
      },
    ],
  }
}
