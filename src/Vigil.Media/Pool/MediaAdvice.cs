namespace Vigil.Media.Pool;

/// <summary>What the person at the keyboard can do about an outcome.</summary>
internal static class MediaAdvice
{
    public static MediaResult Result(MediaOutcome outcome) =>
        new() { Outcome = outcome, Advice = For(outcome) };

    /// <summary>Of a job whose worker did not answer.</summary>
    public static MediaOutcome OutcomeOf(KillReason killed) =>
        killed switch
        {
            KillReason.OutOfTime => MediaOutcome.OutOfTime,
            KillReason.OutOfMemory => MediaOutcome.OutOfMemory,
            _ => MediaOutcome.WorkerCrashed,
        };

    /// <summary>The same for a video, whose limits are others.</summary>
    public static MediaResult OfVideo(MediaOutcome outcome) =>
        Result(outcome) with
        {
            Format = MediaFormat.Video,
            Advice = outcome switch
            {
                MediaOutcome.NotMedia => "Not a video that is known; only its digests can be looked up.",
                MediaOutcome.Unsupported =>
                    "No video stream in it that this version reads; only its digests can be looked up.",
                MediaOutcome.TooManyBytes =>
                    "Over the limit of bytes a video: raise it if the video must be looked up.",
                MediaOutcome.TooManyPixels => "Over the limit of pixels a frame: look at it by other means.",
                MediaOutcome.TooManyFrames =>
                    "Over the limit of frames or of length: cut the video and look its parts up.",
                MediaOutcome.OutOfMemory => "Decoding took too much memory: treat the file as hostile.",
                MediaOutcome.OutOfTime =>
                    "Decoding took too long: raise the limits of time, or treat the file as hostile.",
                _ => For(outcome),
            },
        };

    private static string For(MediaOutcome outcome) =>
        outcome switch
        {
            MediaOutcome.Done => "",
            MediaOutcome.NotMedia => "Not a picture format that is known; only its digests can be looked up.",
            MediaOutcome.Unsupported =>
                "This version does not read this format; only its digests can be looked up.",
            MediaOutcome.Empty => "The file has no bytes: get it again from its source.",
            MediaOutcome.TooManyBytes =>
                "Over the limit of bytes a file: raise media.maxFileBytes if it must be looked up.",
            MediaOutcome.TooManyPixels =>
                "Over a limit of pixels: raise media.maxPixels, media.maxInterlacedPixels or media.maxSidePixels.",
            MediaOutcome.TooManyFrames =>
                "Over the limit of frames: raise media.maxFrames or hash the first frame only.",
            MediaOutcome.Damaged =>
                "The decoder refuses the data: look at the file by other means, or get it again.",
            MediaOutcome.RefusedTruncated =>
                "The data ends early: get the file again, or allow hashing what decodes.",
            MediaOutcome.OutOfMemory =>
                "Decoding took too much memory: raise media.maxResidentBytes, or treat the file as hostile.",
            MediaOutcome.OutOfTime =>
                "Decoding took too long: raise media.maxCpuTime and media.maxWallTime, or treat the file as hostile.",
            MediaOutcome.WorkerCrashed =>
                "The decoder crashed on this file: treat it as hostile; it was not tried again.",
            MediaOutcome.ReadError =>
                "The file could not be read to its end, or changed meanwhile: check it and try again.",
            _ => "",
        };
}
