namespace Vigil.Hashing.Pdq;

/// <summary>
/// Tables of one axis: how many values each step's sum holds, and at which steps the 64 samples fall.
/// </summary>
internal sealed class AxisPlan
{
    /// <summary>Steps beyond the last that whole vectors may touch.</summary>
    private const int Slack = 32;

    private int _length;

    /// <summary>
    /// Values in the sum at each step. Infinity beyond the last step: what is left of the sum divides to
    /// zero.
    /// </summary>
    public float[] Counts { get; private set; } = [];

    /// <summary>
    /// The steps at which samples 0 to 63 are yielded, rising; neighbours are equal on axes shorter than 64.
    /// </summary>
    public int[] SampleSteps { get; } = new int[BoxWindow.Samples];

    public void Prepare(BoxWindow axis)
    {
        if (axis.Length == _length)
        {
            return;
        }
        _length = axis.Length;
        if (Counts.Length < axis.Steps + Slack)
        {
            Counts = new float[axis.Steps + Slack];
        }
        for (var step = 0; step < axis.Steps; step++)
        {
            Counts[step] = axis.CountAt(step);
        }
        Array.Fill(Counts, float.PositiveInfinity, axis.Steps, Counts.Length - axis.Steps);
        for (var i = 0; i < SampleSteps.Length; i++)
        {
            SampleSteps[i] = axis.SampleAt(i) + axis.Lead;
        }
    }
}
