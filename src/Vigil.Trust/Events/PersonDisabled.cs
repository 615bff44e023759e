namespace Vigil.Trust;

/// <summary>Raised when a person can no longer come in: what waits for them goes to others.</summary>
/// <param name="Name">As an actor is named: "person:reviewer-7".</param>
public sealed record PersonDisabled(string Name);
