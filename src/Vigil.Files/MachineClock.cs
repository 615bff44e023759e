using Vigil.Files.Posix;

namespace Vigil.Files;

/// <summary>What the kernel knows of the machine's clock.</summary>
public static class MachineClock
{
    // adjtimex(2): TIME_ERROR. So from each start, and each setting by hand, until a time service has set the clock.
    private const int NotKept = 5;

    /// <summary>
    /// True: a time service (NTP, PTP) keeps it right, by its own word. False: none does, or has not yet since the
    /// start. Null: the kernel does not say.
    /// </summary>
    public static bool? IsKept => Meaning(Libc.ClockState());

    internal static bool? Meaning(int state) => state < 0 ? null : state != NotKept;
}
