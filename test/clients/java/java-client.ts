import { join } from 'node:path'
import { BASIC_CHECKS, type OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** The last of version 2; `pom.xml` names it too. */
const VERSION = '2.75.0'

/** Pinned, because its prefix alone would mean the newest one of the day. */
const GATHER_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** The Java client. */
export const JAVA_CLIENT: OfficialClient = {
  name: `java-${VERSION}`,
  version: VERSION,
  calledItself: `AnthropicClientImpl/Java ${VERSION}`,
  tools: ['java', 'mvn'],
  checks: [...BASIC_CHECKS, 'retry'],
  install: (folder) => [
    {
      file: 'mvn',
      args: [
        '--batch-mode',
        '--quiet',
        `-Dmaven.repo.local=${join(folder, 'repository')}`,
        GATHER_JARS,
        `-DoutputDirectory=${join(folder, 'jars')}`,
      ],
      folder: import.meta.dirname,
    },
  ],
  build: () => [],
  program: (folder) => ({
    file: 'java',
    // Java runs one source file without a build. The output is ASCII but for failures, and those are read as UTF-8.
    args: [
      '-Dfile.encoding=UTF-8',
      '-Xshare:auto',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      join(folder, 'jars', '*'),
      join(import.meta.dirname, 'CompletionProof.java'),
    ],
    env: programEnvironment(),
  }),
}
