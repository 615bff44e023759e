namespace Vigil.Tests.Files;

/// <summary>
/// How much of a stated count is run, and with which seed: a fifth by default, all when VIGIL_TEST_LONG=1, a
/// fiftieth when VIGIL_TEST_BRIEF=1, where only the lines that are reached matter.
/// </summary>
internal static class Effort
{
    public static int Of(int full) =>
        Is("VIGIL_TEST_LONG") ? full
        : Is("VIGIL_TEST_BRIEF") ? Math.Max(1, full / 50)
        : full / 5;

    private static bool Is(string variable) => Environment.GetEnvironmentVariable(variable) == "1";

    /// <summary>
    /// Seeded by VIGIL_TEST_SEED or by the clock; printed, so that a failure can be repeated.
    /// </summary>
    public static Random NewRandom()
    {
        var given = Environment.GetEnvironmentVariable("VIGIL_TEST_SEED");
        var seed = given is null ? (int)(DateTime.UtcNow.Ticks / 10_000 % int.MaxValue) : int.Parse(given);
        TestContext.Current.TestOutputHelper?.WriteLine($"VIGIL_TEST_SEED={seed}");
        return new Random(seed);
    }
}
