#!/usr/bin/python3
"""A camera for tests and the demo: GStreamer's RTSP server playing files in real time, for ever.

    rtsp-server.py [--port N] [--user NAME --password WORD] /mount=file.mp4 ...

Binds 127.0.0.1 and prints "READY <port>" once it listens; port 0 (the default) takes a free one.
Every mount is one shared stream, H.264 or H.265: a late client waits for the next key frame, as with
a real camera. With a user it asks for digest authentication.
"""
import argparse
import re
import subprocess

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ROLE = "viewer"

# An access unit delimiter opens every picture after ffmpeg has put them in.
DELIMITER = {"h264": b"\0\0\0\1\x09", "hevc": b"\0\0\0\1\x46"}
GSTREAMER_NAME = {"h264": "h264", "hevc": "h265"}


class Footage:
    """One file, cut once into compressed pictures."""

    def __init__(self, path):
        self.codec, rate = read_stream(path)
        numerator, denominator = map(int, rate.split("/"))
        self.picture_duration = denominator * Gst.SECOND // numerator
        self.pictures = cut_into_pictures(path, self.codec)


def read_stream(path):
    fields = "stream=codec_name,avg_frame_rate"
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", fields]
    answer = subprocess.check_output(command + ["-of", "csv=p=0", path], text=True)
    codec, rate = answer.strip().split(",")
    if codec not in DELIMITER:
        raise SystemExit(f"{path} holds {codec}; this server plays H.264 and H.265.")
    return codec, rate


def cut_into_pictures(path, codec):
    filters = f"{codec}_mp4toannexb,{codec}_metadata=aud=insert"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-an", "-c", "copy"]
    stream = subprocess.check_output(command + ["-bsf:v", filters, "-f", codec, "-"])
    starts = [found.start() for found in re.finditer(re.escape(DELIMITER[codec]), stream)]
    return [stream[start:end] for start, end in zip(starts, starts[1:] + [len(stream)])]


def feed(media, footage):
    """Pushes the pictures round and round. Time only ever grows, so there is no seek and no end:
    looping by seeks made GStreamer abort when a client joined at the wrong moment."""
    count = 0

    def push_next(source, _wanted):
        nonlocal count
        buffer = Gst.Buffer.new_wrapped(footage.pictures[count % len(footage.pictures)])
        buffer.pts = buffer.dts = count * footage.picture_duration
        buffer.duration = footage.picture_duration
        count += 1
        source.emit("push-buffer", buffer)

    media.get_element().get_by_name("source").connect("need-data", push_next)


def create_mount(footage, needs_login):
    name = GSTREAMER_NAME[footage.codec]
    caps = f"video/x-{name},stream-format=byte-stream,alignment=au"
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"appsrc name=source format=time block=true max-bytes=2000000 caps={caps}"
        f" ! {name}parse config-interval=-1 ! rtp{name}pay name=pay0 pt=96"
    )
    factory.set_shared(True)
    factory.connect("media-configure", lambda _factory, media: feed(media, footage))
    if needs_login:
        permissions = GstRtspServer.RTSPPermissions()
        for right in ("media.factory.access", "media.factory.construct"):
            permissions.add_permission_for_role(ROLE, right, True)
        factory.set_permissions(permissions)
    return factory


def demand_login(server, user, password):
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    login = GstRtspServer.RTSPAuth()
    login.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    login.add_digest(user, password, token)
    server.set_auth(login)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", default="0")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("mounts", nargs="+", metavar="/mount=file")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer(address="127.0.0.1", service=arguments.port)
    if arguments.user:
        demand_login(server, arguments.user, arguments.password)
    for written in arguments.mounts:
        mount, path = written.split("=", 1)
        factory = create_mount(Footage(path), needs_login=bool(arguments.user))
        server.get_mount_points().add_factory(mount, factory)
    if not server.attach(None):
        raise SystemExit(f"Port {arguments.port} of 127.0.0.1 cannot be had.")
    print("READY", server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


main()
