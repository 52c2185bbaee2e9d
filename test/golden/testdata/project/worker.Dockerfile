ARG BASE
FROM ${BASE}
COPY worker.js /worker.js
RUN node --check /worker.js
CMD ["node", "/worker.js"]
