# A server in a container: docker build -t continuo . && docker run -p 8642:8642 -e CONTINUO_API_KEYS=a-key continuo
FROM node:24-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json client/
COPY testing/package.json testing/
COPY console/package.json console/
# Without scripts: koffi and llama.cpp come as built libraries.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM install AS console
RUN npm ci --ignore-scripts
COPY console console
RUN node console/build-console.mjs

FROM node:24-slim
# llama.cpp's threads.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=install /app/node_modules node_modules
COPY package.json ./
COPY client/package.json client/
COPY client/src client/src
COPY src src
COPY --from=console /app/console/dist console/dist
COPY models/continuo-demo.gguf models/
RUN mkdir /data && chown node /data
USER node
# Other machines reach a container's port, so a key is required.
ENV CONTINUO_HOST=0.0.0.0 CONTINUO_ACCESS=keys CONTINUO_STATE=/data HF_HOME=/data/huggingface XDG_CACHE_HOME=/data/cache
VOLUME /data
EXPOSE 8642
HEALTHCHECK --interval=15s --start-period=10m \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CONTINUO_PORT || 8642}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
