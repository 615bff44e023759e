using System.Buffers.Binary;

namespace Vigil.Media;

/// <summary>The sound of a video, for a person who asked to hear it: one channel, nothing of the file's own.</summary>
public sealed record VideoSound
{
    /// <summary>Enough for speech.</summary>
    public const int SamplesPerSecond = 16_000;

    public const int BytesPerSample = 2;
    public const int BytesPerSecond = BytesPerSample * SamplesPerSecond;

    /// <summary>What comes after is not decoded.</summary>
    public const int MaxSeconds = 600;

    public const int MaxBytes = MaxSeconds * BytesPerSecond;
    public const int HeaderBytes = 44;

    public required MediaOutcome Outcome { get; init; }

    /// <summary>RIFF WAVE, PCM of 16 bits; its header was written by this process. Empty unless Done.</summary>
    public byte[] Wav { get; init; } = [];

    public double Seconds { get; init; }

    /// <summary>The file has more; this is its beginning.</summary>
    public bool IsCut { get; init; }

    /// <summary>A part of it could not be decoded.</summary>
    public bool Damaged { get; init; }

    /// <summary>What can be done about an outcome that is not Done.</summary>
    public string Advice { get; init; } = "";

    /// <param name="samples">Little-endian, 16 bits.</param>
    internal static VideoSound Of(MediaResult result, ReadOnlySpan<byte> samples)
    {
        if (result.Outcome != MediaOutcome.Done)
        {
            return new VideoSound
            {
                Outcome = result.Outcome,
                Advice =
                    result.Outcome == MediaOutcome.Unsupported
                        ? "There is no sound in it that this version reads."
                        : result.Advice,
            };
        }
        var kept = samples[..Math.Min(samples.Length, MaxBytes)];
        return new VideoSound
        {
            Outcome = MediaOutcome.Done,
            Wav = WithHeader(kept),
            Seconds = (double)kept.Length / BytesPerSecond,
            IsCut = samples.Length > MaxBytes,
            Damaged = result.Truncated,
        };
    }

    /// <summary>RIFF WAVE of the samples (Multimedia Programming Interface and Data Specifications 1.0).</summary>
    private static byte[] WithHeader(ReadOnlySpan<byte> samples)
    {
        var wav = new byte[HeaderBytes + samples.Length];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        // PCM, one channel.
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), SamplesPerSecond);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), BytesPerSecond);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 8 * BytesPerSample);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), samples.Length);
        samples.CopyTo(wav.AsSpan(HeaderBytes));
        return wav;
    }
}
