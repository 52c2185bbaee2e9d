ARG BASE
FROM ${BASE}
COPY server.js /server.js
RUN node --check /server.js && echo "syntax is fine"
CMD ["node", "/server.js"]
