namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>A system call of one operation, by what it does to which file, as "renameat ledger/checkpoint".</summary>
/// <param name="Name">Names of objects and numbers left out. Writes to one file in a row are one step.</param>
/// <param name="Nth">Of those so called, from 1.</param>
internal sealed record Step(string Name, int Nth)
{
    /// <summary>The first bytes of an answer leave.</summary>
    public const string Answer = "sendto answer";

    public override string ToString() => Nth == 1 ? Name : $"{Name} #{Nth}";
}
