using System.Globalization;
using Vigil.Hashing;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>The arguments of ffmpeg 5.1 and later. Nothing in them comes from the file.</summary>
internal static class FfmpegArguments
{
    /// <summary>
    /// Containers, as ffmpeg names its readers: those <see cref="Decoding.FormatSniffer"/> calls video.
    /// Without this list a playlist inside a file called .mp4 would be followed.
    /// </summary>
    private const string Containers = "mov,matroska,mpegts,mpeg,mpegvideo,avi,flv,asf,ogg";

    /// <summary>
    /// Decoders of pictures: not one for audio or subtitles, so none is ever opened, not even to look what a
    /// stream is.
    /// </summary>
    private const string Decoders =
        "h264,hevc,vp8,vp9,libdav1d,libaom-av1,mpeg4,mpeg1video,mpeg2video,mpegvideo,msmpeg4v1,msmpeg4v2,"
        + "msmpeg4,h263,h263i,h263p,flv,vp6,vp6f,vp6a,wmv1,wmv2,wmv3,vc1,theora,mjpeg,mjpegb,png,prores,dvvideo,"
        + "dnxhd,svq1,svq3,cinepak,qtrle,ffv1,huffyuv,ffvhuff,rawvideo";

    /// <summary>Decoders of sound, and of nothing else: for who asks to hear a video.</summary>
    private const string SoundDecoders =
        "aac,aac_latm,mp3float,mp3,mp2float,mp2,mp1float,mp1,opus,vorbis,flac,alac,ac3,eac3,amrnb,amrwb,"
        + "wmav1,wmav2,wmapro,nellymoser,speex,adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,adpcm_swf,pcm_s16le,pcm_s16be,"
        + "pcm_u8,pcm_s8,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_f32be,pcm_alaw,pcm_mulaw";

    /// <summary>Times are told in millionths of a second.</summary>
    public const int TicksPerSecond = 1_000_000;

    /// <summary>Half a millisecond: a time rounded by its container must not put a frame off.</summary>
    private const double ToleranceSeconds = 0.0005;

    /// <summary>
    /// Frames that may be passed over for each second of the interval: more than this is no true rate, and times
    /// that were pressed together must not hide frames.
    /// </summary>
    private const int MostFramesPerSecond = 300;

    /// <summary>
    /// Every frame, or the picked ones, as RGB at the size stored: the reference's conversion (area). Every
    /// frame's time goes to one descriptor, the picked frames' to another.
    /// </summary>
    /// <param name="box">For people: upright, and fitted into a box of this size with black bars.</param>
    public static IReadOnlyList<string> ForFrames(
        VideoOptions options,
        FrameSampling sampling,
        (int Width, int Height)? box
    )
    {
        // "out" of the scale filter is RGB because nothing else is accepted after it.
        var toRgb = box is { } size ? Fitted(size) : "scale=flags=area,format=rgb24";
        var every = sampling.IntervalSeconds <= 0;
        var graph = every
            ? $"[0:v:0]split[clock][frames];[frames]{toRgb}[pixels]"
            : $"[0:v:0]split[clock][frames];[frames]select='{Pick(sampling)}',split[times][picked];"
                + $"[picked]{toRgb}[pixels]";
        return
        [
            .. Input(options),
            .. box is null ? new[] { "-noautorotate" } : [],
            .. Source(),
            "-filter_complex",
            graph,
            .. Clock("[clock]", ChildDescriptors.Clock),
            .. every ? [] : Clock("[times]", ChildDescriptors.PickedClock),
            "-map",
            "[pixels]",
            "-fps_mode",
            "passthrough",
            "-c:v",
            "rawvideo",
            "-f",
            "rawvideo",
            $"pipe:{ChildDescriptors.Output}",
        ];
    }

    private static string Fitted((int Width, int Height) box) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"scale={box.Width}:{box.Height}:flags=area:force_original_aspect_ratio=decrease,"
                + $"pad={box.Width}:{box.Height}:-1:-1,format=rgb24"
        );

    /// <summary>
    /// 64x64 at 15 frames a second: the reference program's own command (tmk/cpp, filehasher), so that its
    /// bytes come out.
    /// </summary>
    public static IReadOnlyList<string> ForTmk(VideoOptions options) =>
        [
            .. Input(options),
            .. Source(),
            "-s",
            $"{TmkHasher.FrameSide}:{TmkHasher.FrameSide}",
            "-an",
            "-sn",
            "-dn",
            "-f",
            "rawvideo",
            "-c:v",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-r",
            TmkHasher.FramesPerSecond.ToString(CultureInfo.InvariantCulture),
            $"pipe:{ChildDescriptors.Output}",
        ];

    /// <summary>
    /// The first sound as plain samples: one channel of 16 bits, cut at <paramref name="seconds"/>. No picture is
    /// decoded, and what comes back has no form that could be broken.
    /// </summary>
    public static IReadOnlyList<string> ForSound(VideoOptions options, double seconds) =>
        [
            .. Input(options, SoundDecoders),
            .. Source(),
            "-map",
            "0:a:0",
            "-vn",
            "-sn",
            "-dn",
            "-t",
            seconds.ToString("F3", CultureInfo.InvariantCulture),
            "-ac",
            "1",
            "-ar",
            VideoSound.SamplesPerSecond.ToString(CultureInfo.InvariantCulture),
            "-c:a",
            "pcm_s16le",
            "-f",
            "s16le",
            $"pipe:{ChildDescriptors.Output}",
        ];

    private static string[] Input(VideoOptions options, string decoders = Decoders) =>
        [
            "-nostdin",
            "-hide_banner",
            "-nostats",
            // Each complaint is a line of its own.
            "-loglevel",
            "repeat+error",
            // However many frames are damaged: what decodes is hashed, and the result is marked.
            "-max_error_rate",
            "1",
            "-filter_threads",
            "1",
            "-filter_complex_threads",
            "1",
            "-threads",
            options.DecoderThreads.ToString(CultureInfo.InvariantCulture),
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            Containers,
            "-codec_whitelist",
            decoders,
            "-max_pixels",
            options.Limits.MaxPixels.ToString(CultureInfo.InvariantCulture),
        ];

    /// <summary>By its name below /proc: a pipe could not be sought.</summary>
    private static string[] Source() => ["-i", $"file:/proc/self/fd/{ChildDescriptors.Input}"];

    /// <summary>
    /// The times of the frames that come to <paramref name="label"/>: packets that hold no pixels, written as
    /// a line each, at once.
    /// </summary>
    private static string[] Clock(string label, int descriptor) =>
        [
            "-map",
            label,
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            string.Create(CultureInfo.InvariantCulture, $"1:{TicksPerSecond}"),
            "-c:v",
            "wrapped_avframe",
            "-flush_packets",
            "1",
            "-f",
            "framecrc",
            string.Create(CultureInfo.InvariantCulture, $"pipe:{descriptor}"),
        ];

    /// <summary>
    /// The expression that picks a frame, of the time t and the last picked frame's. Frames without a time, or
    /// whose time goes back, are picked, and some where times hardly go on: a frame is never passed over because
    /// its time is odd.
    /// </summary>
    private static string Pick(FrameSampling sampling)
    {
        var interval = Math.Max(0, sampling.IntervalSeconds - ToleranceSeconds);
        var most = (int)Math.Ceiling(MostFramesPerSecond * Math.Max(1, interval));
        var pick = string.Create(
            CultureInfo.InvariantCulture,
            $"isnan(t)+isnan(prev_selected_t)+lt(t,prev_selected_t)+gte(t-prev_selected_t,{interval:F4})"
                + $"+gte(n-prev_selected_n,{most})"
        );
        return sampling.SceneChange > 0
            ? pick + string.Create(CultureInfo.InvariantCulture, $"+gt(scene,{sampling.SceneChange:F4})")
            : pick;
    }
}
