namespace Vigil.Server.Tests.Faults;

/// <summary>Tests that promise seconds: not beside others, whose work they would measure.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneTests
{
    public const string Name = "alone";
}
