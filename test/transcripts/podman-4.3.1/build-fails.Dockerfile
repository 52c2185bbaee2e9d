ARG V=x
FROM localhost/base:1 AS build
ARG V
RUN echo one \
  && echo "two  $V"
COPY ["Dockerfile", "/y/"]
FROM build
ENV A="b c"
RUN ["sh", "-c", "echo 'fail here'; exit 3"]
CMD ["node"]
