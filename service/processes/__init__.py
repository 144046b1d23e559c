"""The processes of the service: each module here is the beginning of one.

serve     everything on one machine: migration, calibration, workers, HTTP
worker    probe workers only, to add machines
web       HTTP only, to add replicas
migrate   bring the database to the present schema, and measure the machine
purge     delete old answers, and the traces of finished probes
"""
