# docker build -t segmask . && docker run --rm -v "$PWD:/data:ro" segmask data/*.zip
FROM python:3.13 AS build
COPY . /source
RUN pip wheel --no-cache-dir --wheel-dir /wheels "/source[html]"

FROM python:3.13-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels "segmask[html]" \
    && useradd --create-home segmask
USER segmask
WORKDIR /data
ENTRYPOINT ["segmask-validate"]
