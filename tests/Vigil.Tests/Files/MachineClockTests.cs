using Vigil.Files;

namespace Vigil.Tests.Files;

public class MachineClockTests
{
    /// <summary>adjtimex(2): 0 to 4 are a clock that is kept, with a leap second or without; 5 is none; -1 no answer.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(-1, null)]
    public void What_the_kernel_says_of_its_clock_is_understood(int state, bool? isKept) =>
        Assert.Equal(isKept, MachineClock.Meaning(state));

    [Fact]
    public void The_kernel_is_asked_and_its_clock_is_not_changed()
    {
        var before = DateTimeOffset.UtcNow;
        _ = MachineClock.IsKept;
        Assert.InRange(DateTimeOffset.UtcNow - before, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }
}
