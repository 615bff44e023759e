using System.Runtime.InteropServices;

namespace Vigil.Benchmarks;

/// <summary>
/// getrusage(2): user and system time of this process and of its children that were waited for.
/// </summary>
internal static unsafe class ResourceUsage
{
    private const int Self = 0;
    private const int Children = -1;

    public static TimeSpan ProcessorTime() => Of(Self) + Of(Children);

    private static TimeSpan Of(int who)
    {
        // struct rusage: two timevals of 16 bytes, then 14 longs.
        var usage = stackalloc long[18];
        if (getrusage(who, usage) != 0)
        {
            throw new InvalidOperationException("getrusage failed.");
        }
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc")]
    private static extern int getrusage(int who, long* usage);
}
