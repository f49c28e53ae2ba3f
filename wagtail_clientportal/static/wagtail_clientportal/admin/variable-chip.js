/* Variables as chips in Draftail. */
(function () {
  "use strict";
  const { React, DraftJS } = window;

  class VariableSource extends React.Component {
    componentDidMount() {
      const { editorState, entityType, onComplete, onClose } = this.props;
      window.clientportalVariables.choose(
        entityType.picker,
        (name, label) => {
          const content = editorState.getCurrentContent().createEntity("VARIABLE", "IMMUTABLE", { name });
          const inserted = DraftJS.Modifier.replaceText(
            content,
            editorState.getSelection(),
            label,
            null,
            content.getLastCreatedEntityKey(),
          );
          onComplete(DraftJS.EditorState.push(editorState, inserted, "insert-characters"));
        },
        onClose,
      );
    }

    render() {
      return null;
    }
  }

  function Variable({ contentState, entityKey, children }) {
    const { name } = contentState.getEntity(entityKey).getData();
    return React.createElement("span", { className: "cp-variable", title: `{{ ${name} }}` }, children);
  }

  /** The first and last offset of the chip that `offset` lies within; null where it lies in none. */
  function chipAround(content, block, offset) {
    const key = offset > 0 && offset < block.getLength() ? block.getEntityAt(offset) : null;
    if (!key || block.getEntityAt(offset - 1) !== key || content.getEntity(key).getType() !== "VARIABLE") return null;
    let [start, end] = [offset, offset];
    while (start > 0 && block.getEntityAt(start - 1) === key) start -= 1;
    while (end < block.getLength() && block.getEntityAt(end) === key) end += 1;
    return { start, end };
  }

  /** Step over a chip that the cursor was at, else go to its nearer end. */
  function beside({ start, end }, offset, from) {
    if (from === start) return end;
    if (from === end) return start;
    return offset - start < end - offset ? start : end;
  }

  /** Keep the cursor and both ends of a selection out of chips: what is typed or deleted there would leave half of one. */
  function keepOutOfChips(editorState, { getEditorState }) {
    const content = editorState.getCurrentContent();
    const selection = editorState.getSelection();
    const from = getEditorState().getSelection().getFocusOffset();
    const kept = {};
    const around = (key, offset) => chipAround(content, content.getBlockForKey(key), offset);
    const focus = around(selection.getFocusKey(), selection.getFocusOffset());
    if (focus) kept.focusOffset = beside(focus, selection.getFocusOffset(), from);
    const anchor = around(selection.getAnchorKey(), selection.getAnchorOffset());
    if (anchor && selection.isCollapsed()) kept.anchorOffset = kept.focusOffset;
    else if (anchor) kept.anchorOffset = selection.getIsBackward() ? anchor.end : anchor.start;
    if (!focus && !anchor) return editorState;
    const change = selection.getHasFocus() ? DraftJS.EditorState.forceSelection : DraftJS.EditorState.acceptSelection;
    return change(editorState, selection.merge(kept));
  }

  window.draftail.registerPlugin({ type: "VARIABLE", source: VariableSource, decorator: Variable }, "entityTypes");
  window.draftail.registerPlugin({ type: "VARIABLE", onChange: keepOutOfChips }, "plugins");
})();
