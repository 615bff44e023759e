namespace Vigil.Trust;

/// <summary>
/// How features work together without knowing each other: one raises an event or asks a question, in its
/// transaction, and those who said they react do their part in the same transaction. All of it is done, or
/// none. The events and questions stand in this folder.
/// </summary>
public sealed class Reactions
{
    private readonly Dictionary<Type, List<Func<Tx, object, Task>>> _reactions = [];
    private readonly Dictionary<Type, Func<Tx, object, Task<object>>> _answers = [];

    internal Reactions() { }

    /// <summary>Said while the server is built, never later.</summary>
    public void On<TEvent>(Func<Tx, TEvent, Task> react)
        where TEvent : notnull
    {
        ArgumentNullException.ThrowIfNull(react);
        if (!_reactions.TryGetValue(typeof(TEvent), out var all))
        {
            _reactions.Add(typeof(TEvent), all = []);
        }
        all.Add((tx, happened) => react(tx, (TEvent)happened));
    }

    /// <exception cref="ArgumentException">Somebody answers it already.</exception>
    public void Answer<TQuestion, TAnswer>(Func<Tx, TQuestion, Task<TAnswer>> answer)
        where TQuestion : notnull
        where TAnswer : notnull
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answers.Add(typeof(TQuestion), async (tx, question) => await answer(tx, (TQuestion)question));
    }

    internal bool IsAnswered<TQuestion>() => _answers.ContainsKey(typeof(TQuestion));

    internal async Task RaiseAsync<TEvent>(Tx tx, TEvent happened)
        where TEvent : notnull
    {
        foreach (var react in _reactions.GetValueOrDefault(typeof(TEvent), []))
        {
            await react(tx, happened);
        }
    }

    internal async Task<TAnswer> AskAsync<TQuestion, TAnswer>(Tx tx, TQuestion question)
        where TQuestion : notnull =>
        _answers.TryGetValue(typeof(TQuestion), out var answer)
            ? (TAnswer)await answer(tx, question)
            : throw new InvalidOperationException(
                $"No module of this profile answers {typeof(TQuestion).Name}."
            );
}
