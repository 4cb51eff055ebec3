import { expect, it } from 'vitest'
import { findStructDifferences } from './check-llama-structs.ts'

const HEADERS = `
  struct llama_sampler_chain_params { bool no_perf; /* ; */ };
  typedef struct llama_batch {
    int32_t n_tokens; // how many; more
    llama_token  *  token;
    float        *  embd;
    llama_pos    *  pos;
    int32_t      *  n_seq_id;
    llama_seq_id ** seq_id;
    int8_t       *  logits;
  } llama_batch;
  typedef struct llama_token_data { llama_token id; float logit; float p; } llama_token_data;
  typedef struct llama_token_data_array { llama_token_data * data; size_t size; int64_t selected; bool sorted; } llama_token_data_array;
  struct ggml_threadpool_params {
    bool cpumask[GGML_MAX_N_THREADS]; int n_threads; enum ggml_sched_priority prio; uint32_t poll; bool strict_cpu; bool paused;
  };`

const aboutOthers = (difference: string) => /^llama_(model|context)_params: no header/.test(difference)

it('finds nothing where the header matches the declarations', () => {
  expect(findStructDifferences(HEADERS).filter((difference) => !aboutOthers(difference))).toEqual([])
})

it.each([
  ['a new field', 'uint32_t poll;', 'uint32_t poll; bool fresh;'],
  ['a field of another type', 'uint32_t poll;', 'int32_t poll;'],
  ['a field in another place', 'bool strict_cpu; bool paused;', 'bool paused; bool strict_cpu;'],
  ['a missing field', 'llama_pos    *  pos;', ''],
])('finds %s', (_, before, after) => {
  const differences = findStructDifferences(HEADERS.replace(before, after)).filter((one) => !aboutOthers(one))
  expect(differences).toHaveLength(1)
})
