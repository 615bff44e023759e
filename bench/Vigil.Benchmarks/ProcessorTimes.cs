namespace Vigil.Benchmarks;

/// <summary>Processor time of this process and of its children that have ended, proc(5): stat, 14 to 17.</summary>
internal readonly record struct ProcessorTimes(TimeSpan Own, TimeSpan Children)
{
    private const double TicksPerSecond = 100;

    public static ProcessorTimes Read()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessorTimes(Seconds(11) + Seconds(12), Seconds(13) + Seconds(14));

        TimeSpan Seconds(int index) => TimeSpan.FromSeconds(long.Parse(fields[index]) / TicksPerSecond);
    }
}
