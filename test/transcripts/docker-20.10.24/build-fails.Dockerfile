FROM scratch AS assets
COPY probe /assets/one
COPY probe /assets/two

FROM scratch
COPY probe /probe
COPY --from=assets /assets /srv
RUN ["/probe", \
     "all"]
COPY probe /after
