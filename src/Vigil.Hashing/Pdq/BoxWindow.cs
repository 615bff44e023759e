namespace Vigil.Hashing.Pdq;

/// <summary>
/// The sliding mean of the reference's filter along one axis of <c>n</c> values, and where the 64 samples lie
/// on it. Step <c>s</c> of the running sum takes in value <c>s</c>, lets go of value <c>s - Window</c>
/// (values outside the axis count as zero, which leaves a float sum as it was) and yields the mean at <c>s -
/// Lead</c>.
/// </summary>
internal readonly struct BoxWindow
{
    /// <summary>Samples along each axis of the small picture.</summary>
    public const int Samples = 64;

    public BoxWindow(int length)
    {
        Length = length;
        // pdqhashing.cpp: (length + 2 * 64 - 1) / (2 * 64), so that two passes of two means cover one
        // sample's share.
        Window = (length + 2 * Samples - 1) / (2 * Samples);
        Lead = (Window + 2) / 2 - 1;
    }

    /// <summary>Number of values, 5 or more.</summary>
    public int Length { get; }

    /// <summary>Values in a full mean.</summary>
    public int Window { get; }

    /// <summary>Steps by which the sum runs ahead of the mean it yields.</summary>
    public int Lead { get; }

    /// <summary>Steps until the last mean is out.</summary>
    public int Steps => Length + Lead;

    /// <summary>Values in the sum after step <paramref name="step"/>: fewer at both ends.</summary>
    public int CountAt(int step) => Math.Min(step + 1, Window) - Math.Max(0, step - Length + 1);

    /// <summary>
    /// The place on the axis of sample <paramref name="index"/>, 0 to 63; in double, as the reference has it.
    /// </summary>
    public int SampleAt(int index) => (int)((index + 0.5) * Length / Samples);
}
