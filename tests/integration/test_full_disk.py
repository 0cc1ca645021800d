"""A disk that is full: phones are told, what was accepted waits, and with room again all is done."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from pymongo import MongoClient

from infra.layout import Stack
from infra.lifecycle import running
from infra.wiring import DATABASE
from tests.album import Album
from tests.eventually import eventually
from tests.phone import PHOTOS
