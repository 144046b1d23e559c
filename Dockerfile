# One image, three roles: `actwise web`, `actwise worker`, `actwise migrate` (see docker-compose.yml).
FROM python:3.12-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY client client
COPY service service
COPY rules rules
COPY models models
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation ./client .
WORKDIR /
RUN /venv/bin/python -m models.kernels.build

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 actwise && install -d -o actwise -g actwise /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    OMP_NUM_THREADS=1 \
    ACTWISE_HOME=/data \
    ACTWISE_HOST=0.0.0.0
USER actwise
VOLUME /data
EXPOSE 8000
CMD ["actwise", "serve"]
