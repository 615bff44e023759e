using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>A fixed scale. Kept as one sealed byte, so that its length says nothing: the order stays.</summary>
public enum CheckInAnswer
{
    Fine,
    Strained,
    Talk,
}

/// <summary>Why somebody is asked.</summary>
public enum CheckInCause
{
    /// <summary>As many worked days went by as the rule says.</summary>
    Days,

    /// <summary>A limit was reached.</summary>
    Limit,
}

public enum CheckInState
{
    Open,
    Answered,
    Skipped,
}

/// <summary>One time that a person was asked how they are.</summary>
public sealed record CheckIn
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public CheckInCause Cause { get; init; }
    public CheckInState State { get; init; }
    public byte[]? Answer { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }

    internal static byte[] Seal(Tx tx, Guid id, CheckInAnswer answer) =>
        tx.Secrets.Sealer("viewing check-in").Seal([(byte)answer], id.ToByteArray());

    internal CheckInAnswer? Open(Tx tx) =>
        Answer is null
            ? null
            : (CheckInAnswer)tx.Secrets.Sealer("viewing check-in").Open(Answer, Id.ToByteArray())[0];
}
